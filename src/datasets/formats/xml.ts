import { TextDecoder } from 'node:util';
import { DataError } from '../../errors.js';
import { decodeBytes } from '../../files/decode.js';
import { decodeWindows1252 } from '../../files/windows-1252.js';
import { readBytes } from './text.js';
import { type MemberOption, shownName } from './unpack.js';
import { checkReferences } from './xml-references.js';

/** An element with what it contains, in the order of the file. Text stays as it is written, white space included. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: (XmlElement | string)[];
}

/**
 * The root element of an XML file, unpacked, in the encoding that its byte order mark or its declaration states, else UTF-8
 * (XML 1.0, appendix F); character references are the characters they stand for. Throws DataError, naming the line, when the
 * file is not well-formed, and on bytes that are not text in that encoding.
 */
export async function readXml(file: string, options: MemberOption = {}): Promise<XmlElement> {
  const name = shownName(file, options.member);
  const text = checkReferences(await readXmlText(file, options), name);
  // Loaded when there is such a file: a list of tasks must not wait for every format's library.
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  // The parser alone accepts unclosed elements.
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    const { line, msg } = verdict.err;
    throw new DataError({ file: name, at: `line ${line}`, problem: `not XML: ${msg.replace(/\.$/, '')}.` });
  }
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    // Numeric references as well, in spite of the name.
    htmlEntities: true,
  });
  const roots = (parser.parse(text) as ParsedNode[])
    .map(toElement)
    .filter((node) => typeof node !== 'string');
  if (roots.length === 1) return roots[0]!;
  throw new DataError({ file: name, problem: 'not XML.', expected: 'one root element', found: roots.length });
}

/**
 * The text of an XML or SGML file in the encoding that `readXml` finds, every line end LF (XML 1.0, 2.11). Throws DataError for bytes that
 * are not text in it.
 */
export async function readXmlText(path: string, options: MemberOption = {}): Promise<string> {
  const bytes = await readBytes(path, options);
  return decodeXml(bytes, shownName(path, options.member)).replace(/\r\n?/g, '\n');
}

function decodeXml(bytes: Buffer, file: string): string {
  const encoding = encodingOf(bytes);
  // Its errors name the byte; it knows UTF-16 by its mark or its zero bytes, whatever is declared.
  if (encoding === 'utf-8') return decodeBytes(bytes, file);
  const wrong = (cause?: unknown) =>
    new DataError({ file, problem: `the file is not text in ${encoding}, which it states.` }, { cause });
  // TextDecoder takes these three names for one encoding.
  if (/^(iso-?8859-1|latin-?1)$/.test(encoding)) return bytes.toString('latin1');
  if (encoding === 'windows-1252') {
    const text = decodeWindows1252(bytes);
    if (/[\x80-\x9f]/.test(text)) throw wrong();
    return text;
  }
  if (/^(us-)?ascii$/.test(encoding)) {
    if (bytes.some((byte) => byte >= 0x80)) throw wrong();
    return bytes.toString('latin1');
  }
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new DataError({
      file,
      at: 'the XML declaration',
      problem: 'the encoding is unknown.',
      found: JSON.stringify(encoding),
    });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw wrong(cause);
  }
}

/** What the declaration says, in lower case; UTF-8 without one, and for UTF-16, in which none can be read here. */
function encodingOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 1024);
  const declared = /^<\?xml\b[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start);
  return declared?.[1]?.toLowerCase() ?? 'utf-8';
}

/** With `preserveOrder`, a node is an object with one key, its name or `#text`, and its attributes under `:@`. */
type ParsedNode = Record<string, ParsedNode[] | string | Record<string, string>>;

function toElement(node: ParsedNode): XmlElement | string {
  const [name, content] = Object.entries(node).find(([key]) => key !== ':@')!;
  if (typeof content === 'string') return content;
  return {
    name,
    attributes: (node[':@'] as Record<string, string> | undefined) ?? {},
    children: (content as ParsedNode[]).map(toElement),
  };
}

/** The children of an element that have that name, in order. */
export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string').filter((child) => child.name === name);
}

/** All text inside an element, its children's included. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
