/// <reference types="vite/client" />

declare module "*.svg?drawing" {
  const inner: string;
  export default inner;
}
