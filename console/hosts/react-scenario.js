// What a host in React holds, whichever its version.
import { useState } from "react";
import { tell } from "./scenario.js";

export function useScenario() {
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
  return { model, parameters, chosen, tuned, forget };
}
