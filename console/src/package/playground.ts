// The playground. Importing this defines its tag and those of what it is made of.

export type { PlayHost } from "../core/host-transport";
export type { CallRecord, PlayError, PlayEvent } from "../core/invoke";
export { Playground } from "../elements/playground";
