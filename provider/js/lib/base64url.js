// RFC 4648 section 5, without padding, with what every JavaScript host has.

export function encodeBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** `text` must be base64url already: a record's token is checked as such. */
export function decodeBase64url(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
