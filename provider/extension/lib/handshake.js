// How the page's world hands a MessagePort to the content script. Both scripts
// run before any of the page's, in an order that browsers leave open, and
// events reach both worlds at once.

/** The content script is there: a plain Event. */
export const kReady = 'berth:ready';
/** A MessageEvent with the port; whoever takes it cancels the event. */
export const kPort = 'berth:port';
/** An Event that the content script cancels for as long as it lives. */
export const kAlive = 'berth:alive';
