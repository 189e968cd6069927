// Events that more than one of React's components tells.

import type { EventName } from "@lit/react";
import type * as told from "./events";

export const MODEL_EVENTS = {
  onModelChange: "model-change" as EventName<told.ModelChange>,
  onModelConfigure: "model-configure" as EventName<told.ModelConfigure>,
};
export const PARAMETER_EVENTS = { onParameterChange: "parameter-change" as EventName<told.ParameterChange> };
