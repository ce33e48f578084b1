/**
 * Calls `draw`. Where that removes what had the focus (a question that was
 * decided, a grant that was revoked), the heading of its section takes it: not
 * the page's beginning, and no button that a key still held down would press.
 */
export function keepFocus(draw) {
  const before = document.activeElement;
  const heading = before?.closest('section')?.querySelector('h2');
  draw();
  if (before?.isConnected === false) heading?.focus();
}
