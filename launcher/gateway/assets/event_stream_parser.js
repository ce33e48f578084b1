const kLineEnd = /\r\n|\n|\r/;

/**
 * Server-sent events, as the HTML standard's section 9.2.6 reads them; `id`
 * and `retry` are ignored, since the gateway sends none.
 */
export class EventStreamParser {
  #rest = '';
  #event = '';
  #data = [];

  /** The events that `text`, the stream's next piece, completes: `{type, data}`. */
  push(text) {
    this.#rest += text;
    const events = [];
    for (let line = this.#line(); line !== null; line = this.#line()) {
      if (line !== '') this.#field(line);
      else this.#end(events);
    }
    return events;
  }

  // Null: none is whole yet. A CR at the end may be half of a CR LF.
  #line() {
    const end = kLineEnd.exec(this.#rest);
    const after = end ? end.index + end[0].length : 0;
    if (!end || (end[0] === '\r' && after === this.#rest.length)) return null;
    const line = this.#rest.slice(0, end.index);
    this.#rest = this.#rest.slice(after);
    return line;
  }

  #field(line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
  }

  #end(events) {
    if (this.#data.length > 0)
      events.push({ type: this.#event || 'message', data: this.#data.join('\n') });
    this.#event = '';
    this.#data = [];
  }
}
