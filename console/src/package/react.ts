// The elements as components of React, for versions before 19: there a property of an element is always text. With 19 the tags do.

import { type EventName, createComponent } from "@lit/react";
import * as react from "react";
import { CredentialForm as CredentialFormElement } from "../elements/credential-form";
import { ModelPicker as ModelPickerElement } from "../elements/model-picker";
import { ParameterPanel as ParameterPanelElement } from "../elements/parameter-panel";
import { ProviderList as ProviderListElement } from "../elements/provider-list";
import type * as told from "./events";
import { MODEL_EVENTS, PARAMETER_EVENTS } from "./react-events";

export const CredentialForm = createComponent({
  react,
  tagName: "mr-credential-form",
  elementClass: CredentialFormElement,
  events: {
    onCredentialChange: "credential-change" as EventName<told.CredentialChange>,
    onCredentialValidate: "credential-validate" as EventName<told.CredentialFilled>,
    onCredentialSave: "credential-save" as EventName<told.CredentialFilled>,
    onCredentialSaved: "credential-saved" as EventName<told.CredentialSaved>,
  },
});

export const ModelPicker = createComponent({
  react,
  tagName: "mr-model-picker",
  elementClass: ModelPickerElement,
  events: MODEL_EVENTS,
});

export const ParameterPanel = createComponent({
  react,
  tagName: "mr-parameter-panel",
  elementClass: ParameterPanelElement,
  events: PARAMETER_EVENTS,
});

export const ProviderList = createComponent({
  react,
  tagName: "mr-provider-list",
  elementClass: ProviderListElement,
  events: {
    onProviderSelect: "provider-select" as EventName<told.ProviderSelect>,
    onProviderFilter: "provider-filter" as EventName<told.ProviderFiltered>,
    onProviderAgain: "provider-again" as EventName<CustomEvent<null>>,
  },
});
