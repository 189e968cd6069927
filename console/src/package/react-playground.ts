// The playground as a component of React, for versions before 19.

import { type EventName, createComponent } from "@lit/react";
import * as react from "react";
import { Playground as PlaygroundElement } from "../elements/playground";
import type * as told from "./events";

export const Playground = createComponent({
  react,
  tagName: "mr-playground",
  elementClass: PlaygroundElement,
  events: {
    onPlayChange: "play-change" as EventName<told.PlayChange>,
    onModelChange: "model-change" as EventName<told.ModelChange>,
    onModelConfigure: "model-configure" as EventName<told.ModelConfigure>,
    onParameterChange: "parameter-change" as EventName<told.ParameterChange>,
  },
});
