// What the pages take for the gateway's answers is what its OpenAPI document says. Most of it is judged by the compiler.
import { describe, expect, it } from "vitest";
import type { KeyView, ModelKey, Session } from "../src/app/console-client";
import type { CallPage } from "../src/core/calls";
import type { ErrorDetail } from "../src/core/api";
import type { Verdict } from "../src/core/client";
import type { ModelDetail, ModelInfo, ParameterRule, ProviderDetail, ProviderInfo } from "../src/core/declared";
import type { CredentialView } from "../src/core/gateway-client";
import type { ModelIndex } from "../src/core/model-index";
import type { Snippet } from "../src/core/wire";
import type { components, paths } from "../src/core/types.gen";

type Said = components["schemas"];
type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never;

/** Compiles only when every answer of the gateway fits what the pages take it for. */
const fits = <Answer extends Taken, Taken>(): [Answer?, Taken?] => [];

describe("the admin API", () => {
  it("answers as the pages think", () => {
    const answers = [
      fits<Said["ProviderRow"], ProviderInfo>(),
      fits<Said["ProviderDetail"], ProviderDetail>(),
      fits<Said["ModelRow"], ModelInfo>(),
      fits<Said["ModelDetail"], ModelDetail>(),
      fits<Said["ModelIndex"], ModelIndex>(),
      fits<Said["ParameterRule"], ParameterRule>(),
      fits<Said["CredentialView"], CredentialView>(),
      fits<Said["Verdict"], Verdict>(),
      fits<Said["ApiKeyView"], KeyView>(),
      fits<Said["SessionReply"], Session>(),
      fits<Said["LogPage"], CallPage>(),
      fits<Said["ErrorReply"], ErrorDetail>(),
      fits<Said["Snippet"], Snippet>(),
    ];
    expect(answers).toHaveLength(13);
  });

  it("is asked at paths that it has", () => {
    const asked: (keyof paths)[] = [
      "/api/session",
      "/api/login",
      "/api/logout",
      "/api/setup",
      "/api/providers",
      "/api/providers/{provider}",
      "/api/providers/{provider}/credentials",
      "/api/providers/{provider}/validate",
      "/api/providers/{provider}/models/switches",
      "/api/credentials/{credential}",
      "/api/credentials/{credential}/activate",
      "/api/credentials/{credential}/test",
      "/api/credentials/health",
      "/api/providers/{provider}/credentials/several",
      "/api/providers/{provider}/credentials/order",
      "/api/providers/{provider}/models/fetch",
      "/api/balancing",
      "/api/prices",
      "/api/models",
      "/api/models/index",
      "/api/models/one",
      "/api/models/validate",
      "/api/invoke/{model_type}",
      "/api/snippets",
      "/api/usage",
      "/api/usage.csv",
      "/api/logs",
      "/api/logs/tail",
      "/api/logs/{call}",
      "/api/keys",
      "/api/keys/{key}",
      "/api/keys/{key}/revoke",
      "/api/keys/{key}/restore",
    ];
    const key: Query<"/api/models/one"> = { provider: "p", model: "m", model_type: "llm" } satisfies ModelKey;
    expect([asked.length, key.model]).toEqual([33, "m"]);
  });
});
