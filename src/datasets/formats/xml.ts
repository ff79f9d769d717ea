import { DataError } from '../../errors.js';
import { readText, type TextOptions } from './text.js';
import { shownName } from './unpack.js';

/** An element with what it contains, in the order of the file. Text stays as it is written, white space included. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: (XmlElement | string)[];
}

/** The root element of an XML file, unpacked. Throws DataError, naming the line, when the file is not well-formed. */
export async function readXml(file: string, options: TextOptions = {}): Promise<XmlElement> {
  const text = await readText(file, options);
  const name = shownName(file, options.member);
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
  });
  const roots = (parser.parse(text) as ParsedNode[])
    .map(toElement)
    .filter((node) => typeof node !== 'string');
  if (roots.length === 1) return roots[0]!;
  throw new DataError({ file: name, problem: 'not XML.', expected: 'one root element', found: roots.length });
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
