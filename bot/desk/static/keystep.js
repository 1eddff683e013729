/** Which way a key leads: 1 for j, down; -1 for k, up; 0 for everything else, and while somebody types or is asked.
 * The same two keys on a Russian keyboard count, too. */
export function keyStep({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return 0;
  if (target.closest("input, select, textarea") || document.querySelector("dialog[open]")) return 0;
  return { j: 1, k: -1, "о": 1, "л": -1 }[key] ?? 0;
}
