// The tags as React 19 takes them: properties by name, `on` before an event's name.

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { CredentialForm } from "../elements/credential-form";
import type { ModelPicker } from "../elements/model-picker";
import type { ParameterPanel } from "../elements/parameter-panel";
import type { Playground } from "../elements/playground";
import type { ProviderList } from "../elements/provider-list";
import type * as told from "./events";

type Own<E> = Partial<Omit<E, keyof HTMLElement>>;
type Tag<E extends HTMLElement, Told> = DetailedHTMLProps<HTMLAttributes<E>, E> &
  Own<E> & { [Name in keyof Told]?: (event: Told[Name]) => void };

export interface ElementTags {
  "mr-credential-form": Tag<
    CredentialForm,
    {
      "oncredential-change": told.CredentialChange;
      "oncredential-validate": told.CredentialFilled;
      "oncredential-save": told.CredentialFilled;
      "oncredential-saved": told.CredentialSaved;
    }
  >;
  "mr-model-picker": Tag<ModelPicker, { "onmodel-change": told.ModelChange; "onmodel-configure": told.ModelConfigure }>;
  "mr-parameter-panel": Tag<ParameterPanel, { "onparameter-change": told.ParameterChange }>;
  "mr-provider-list": Tag<ProviderList, { "onprovider-select": told.ProviderSelect; "onprovider-filter": told.ProviderFiltered }>;
  "mr-playground": Tag<
    Playground,
    { "onplay-change": told.PlayChange; "onmodel-change": told.ModelChange; "onparameter-change": told.ParameterChange }
  >;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends ElementTags {}
  }
}
