// Vue sets what an element has as a property, and `onModelChange` listens to `model-change`.
import { createApp, h, ref } from "vue";
import { scenario, tell } from "../scenario.js";

const Host = {
  setup() {
    const model = ref("");
    const parameters = ref({});
    const forget = () => {
      model.value = "";
      parameters.value = {};
    };
    const chosen = (event) => {
      model.value = event.detail.value;
      tell(event);
    };
    const tuned = (event) => {
      parameters.value = event.detail.value;
      tell(event);
    };
    return () =>
      h("div", [
        h("mr-credential-form", { schema: scenario.schema, onCredentialSave: tell }),
        h("form", { id: "f" }, [
          h("mr-model-picker", {
            type: "llm",
            name: "model",
            showLabel: true,
            models: scenario.models,
            value: model.value,
            onModelChange: chosen,
          }),
        ]),
        h("mr-parameter-panel", { rules: scenario.rules, value: parameters.value, onParameterChange: tuned }),
        h("mr-provider-list", { ".providers": scenario.providers, onProviderSelect: tell }),
        h("button", { onClick: forget }, "Forget"),
      ]);
  },
};

createApp(Host).mount("#root");
