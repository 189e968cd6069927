// The console's forms against the answers of the backend: the same fixtures run in pytest.
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { visibleFields } from "../src/core/conditions";
import type { FormField, ModelType } from "../src/core/declared";
import { fillForm } from "../src/core/form";
import { pick } from "../src/core/pick";

interface Fixture {
  model_type: ModelType | null;
  fields: FormField[];
  drawn: Record<string, unknown[]>;
  cases: {
    name: string;
    values: Record<string, unknown>;
    visible: string[];
    problems: string[][];
    payload: Record<string, unknown>;
  }[];
}

const FOLDER = new URL("../../tests/fixtures/forms/", import.meta.url);

for (const kind of ["own", "fleet"]) {
  describe(kind, () => {
    const names = readdirSync(new URL(`${kind}/`, FOLDER));
    it("has fixtures", () => expect(names.length).toBeGreaterThan(kind === "fleet" ? 100 : 1));
    it.each(names)("%s", (name) => {
      const forms = JSON.parse(readFileSync(new URL(`${kind}/${name}`, FOLDER), "utf-8")) as Fixture[];
      for (const form of forms) {
        const type = form.model_type ?? undefined;
        for (const [language, page] of Object.entries(form.drawn)) {
          expect(visibleFields(form.fields, {}, type).map((field) => drawn(field, language))).toEqual(page);
        }
        for (const sample of form.cases) {
          const { values, problems } = fillForm(form.fields, sample.values, type);
          const outcome = {
            visible: visibleFields(form.fields, sample.values, type).map((field) => field.variable),
            problems: problems.map((problem) => [problem.variable, problem.code, problem.severity]),
            payload: values,
          };
          expect(outcome, sample.name).toEqual({ visible: sample.visible, problems: sample.problems, payload: sample.payload });
        }
      }
    });
  });
}

const drawn = (field: FormField, language: string): unknown[] => [
  field.variable,
  ...[field.label, field.placeholder, field.help].map((text) => pick(text, language)),
  (field.options ?? []).map((option) => [option.value, pick(option.label, language)]),
];
