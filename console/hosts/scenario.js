// What every host page shows, and what it was told.

export const scenario = await (await fetch("/scenario.json")).json();
const told = (window.told = []);

export const tell = (event) => void told.push([event.type, JSON.parse(JSON.stringify(event.detail))]);
