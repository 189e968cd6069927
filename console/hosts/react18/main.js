// React before 19 knows attributes only: the package's components set properties.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";
import { CredentialForm, ModelPicker, ParameterPanel, ProviderList } from "../../src/package/react";
import { scenario, tell } from "../scenario.js";

function Host() {
  const [model, setModel] = useState("");
  const [parameters, setParameters] = useState({});
  const forget = () => {
    setModel("");
    setParameters({});
  };
  const chosen = (event) => {
    setModel(event.detail.value);
    tell(event);
  };
  const tuned = (event) => {
    setParameters(event.detail.value);
    tell(event);
  };
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
