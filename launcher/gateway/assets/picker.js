// What the popup does, apart from how it looks: the page's messages in, the
// gateway's answers and the user's acts, and what to show for it.

const kManyHellos = 64;

/**
 * `send(message)` reaches the page; `relay` is a Relay; `requests` are
 * PickerRequests; `close()` closes the window after what was sent has gone;
 * `changed({moved})` asks for a new picture, `moved` where it is another one.
 *
 * `view`: 'waiting' for the page's first word, 'choosing', 'handed' over,
 * 'wallet' (the page's window to its profiles), 'lost' (berthd went).
 */
export class Picker {
  view = 'waiting';
  profiles = null;      // null: not known yet
  questions = [];       // the oldest first
  trouble = null;       // an ApiError of what the gateway tells
  failure = null;       // {subject, error}: of the user's last act
  busy = null;          // the subject of the act that is under way
  isAway = false;       // the page is being loaded anew, or has been left
  isForeign = false;    // another page is in the opener's tab
  #send;
  #relay;
  #requests;
  #close;
  #changed;
  #asked = null;        // the id of the hello that waits for a choice
  #lastId = null;
  #hellos = new Set();
  #picked = new Set();  // rdns of all that this page holds or will link

  constructor({ send, relay, requests, close, changed }) {
    Object.assign(this, { name: 'picker' });
    this.#send = send;
    this.#relay = relay;
    this.#requests = requests;
    this.#close = close;
    this.#changed = changed;
  }
}
