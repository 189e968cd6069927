import { type ElementPart, noChange } from "lit";
import { Directive, directive, type PartInfo, PartType } from "lit/directive.js";

type Styles = Readonly<Record<string, string>>;

class SetVars extends Directive {
  private before: Styles = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("styled() stands in the tag itself");
  }

  override render(_: Styles): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [styles]: [Styles]): typeof noChange {
    const target = (part.element as HTMLElement).style;
    for (const name of Object.keys(this.before)) if (!(name in styles)) target.removeProperty(name);
    for (const [name, value] of Object.entries(styles)) if (this.before[name] !== value) target.setProperty(name, value);
    this.before = styles;
    return noChange;
  }
}

/** Properties of style that a value decides. Set by script, as a strict content policy forbids `style` attributes. */
export const styled = directive(SetVars);
