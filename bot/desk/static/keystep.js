/** Which way a key leads: 1 for j, down; -1 for k, up; 0 for everything else, and while somebody types or is asked.
 * The same two keys on a Russian keyboard count, too. */
export function keyStep({ key, target, ctrlKey, metaKey, altKey }) {
  return isTyping({ target, ctrlKey, metaKey, altKey }) ? 0 : { j: 1, k: -1, "о": 1, "л": -1 }[key] ?? 0;
}

/** Whether a key means what it says: somebody types, is asked something, or uses a key of the browser. */
export function isTyping({ target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return true;
  return Boolean(target.closest("input, select, textarea") || document.querySelector("dialog[open]"));
}
