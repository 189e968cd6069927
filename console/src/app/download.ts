/** Hand a file to whoever sits before the page. */
export function saveFile(content: Blob | string, name: string, mediaType = "text/plain"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(
    typeof content === "string" ? new Blob([content], { type: `${mediaType};charset=utf-8` }) : content,
  );
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
