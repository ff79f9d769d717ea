/**
 * The inside of a character class with the characters for which Python's `str.isspace()` (and `\s` in its regular
 * expressions) holds. JavaScript's `\s` differs: it lacks U+001C to U+001F and U+0085, and has U+FEFF in addition.
 */
export const pythonWhitespace =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
