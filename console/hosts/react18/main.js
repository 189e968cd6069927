// React before 19 knows attributes only: the package's components set properties.
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { CredentialForm, ModelPicker, ParameterPanel, ProviderList } from "../../src/package/react";
import { useScenario } from "../react-scenario.js";
import { scenario, tell } from "../scenario.js";

function Host() {
  const { model, parameters, chosen, tuned, forget } = useScenario();
  return h(
    "div",
    null,
    h(CredentialForm, { schema: scenario.schema, onCredentialSave: tell }),
    h(
      "form",
      { id: "f" },
      h(ModelPicker, { type: "llm", name: "model", showLabel: true, models: scenario.models, value: model, onModelChange: chosen }),
    ),
    h(ParameterPanel, { rules: scenario.rules, value: parameters, onParameterChange: tuned }),
    h(ProviderList, { providers: scenario.providers, onProviderSelect: tell }),
    h("button", { onClick: forget }, "Forget"),
  );
}

createRoot(document.querySelector("#root")).render(h(Host));
