// A page of somebody who installed the package: it must type-check, wrong uses must not.
import "@modelruntime/elements";
import "@modelruntime/elements/jsx";
import { type ModelChange, ModelPicker, connect } from "@modelruntime/elements";
import { FormState, type PlayEvent, type PlayHost, knownOrigin } from "@modelruntime/elements/core";
import { Playground } from "@modelruntime/elements/playground";
import { ModelPicker as Picker } from "@modelruntime/elements/react";
import { Playground as Play } from "@modelruntime/elements/react-playground";

const picker: ModelPicker = document.createElement("mr-model-picker");
picker.type = "llm";
picker.client = connect({ root: "/api/", token: () => null });
// @ts-expect-error there is no such type of models
picker.type = "magic";

async function* call(): AsyncGenerator<PlayEvent> {
  yield { name: "chunk", data: {} };
}
const host: PlayHost = { models: picker.models, call };
const play: Playground = Object.assign(document.createElement("mr-playground"), host);

const before19 = <Picker type="llm" models={[]} onModelChange={(event) => console.log(event.detail.value.length)} />;
const playing = <Play models={[]} call={call} onPlayChange={(event) => console.log(event.detail.type)} />;
const since19 = <mr-model-picker type="llm" models={[]} onmodel-change={(event: ModelChange) => console.log(event.detail.value)} />;
// @ts-expect-error models are a list
const wrong = <mr-model-picker models={3} />;
console.log(play, before19, playing, since19, wrong, FormState, knownOrigin);
