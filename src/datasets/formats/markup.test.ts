import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../../testing/reference.js';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { readSegments } from './sgm.js';
import { childrenNamed, readXml, textOf } from './xml.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('readXml', () => {
  const read = async (content: string) => readXml(await write('a.xml', content));

  test('keeps order, white space, attributes and the digits of numbers', async () => {
    const root = await read(
      '<?xml version="1.0"?>\n<?style x?><!-- c --><r id="07"> 1.50 <b/>x &amp; y<c>z &lt;</c> <c/></r>\n',
    );
    expect(root).toEqual({
      name: 'r',
      attributes: { id: '07' },
      children: [
        ' 1.50 ',
        { name: 'b', attributes: {}, children: [] },
        'x & y',
        { name: 'c', attributes: {}, children: ['z <'] },
        ' ',
        { name: 'c', attributes: {}, children: [] },
      ],
    });
    expect(textOf(root)).toBe(' 1.50 x & yz < ');
    expect(childrenNamed(root, 'c').map(textOf)).toEqual(['z <', '']);
  });

  test.each([
    ['<a>\n<b>x</a>', /a\.xml: line 2: not XML/],
    ['<a></a><b></b>', /not XML/],
    ['just text', /not XML/],
    ['', /not XML/],
    ['<a', /not XML/],
  ])('refuses %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  // As Python 3.11's xml.etree reads each of these.
  const body = (encoding: string) => `<?xml version="1.0" encoding=${encoding}?>\n<r>Zoë</r>`;
  test.each<[string, Buffer]>([
    ['ISO 8859-1', Buffer.from(body('"ISO-8859-1"'), 'latin1')],
    ['UTF-8', Buffer.from(body('"UTF-8"'))],
    ['UTF-8 in single quotes', Buffer.from(body("'utf-8'"))],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${body('"utf-8"')}`)],
    ['UTF-8 without declaration', Buffer.from('<r>Zoë</r>')],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${body('"UTF-16"')}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${body('"UTF-16"')}`, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(body('"windows-1252"'), 'latin1')],
  ])('obeys the encoding that the file states: %s', async (_, bytes) => {
    expect(textOf(await readXml(await write('encoded.xml', bytes)))).toBe('Zoë');
  });

  // As Python 3.11's xml.etree reads it; Node's decoder of that name leaves control characters.
  test('reads the quotation marks of Windows-1252', async () => {
    const bytes = Buffer.from(
      '<?xml version="1.0" encoding="Windows-1252"?><r>\x93Zo\xeb\x94 \x97 \x80</r>',
      'latin1',
    );
    expect(textOf(await readXml(await write('quotes.xml', bytes)))).toBe('“Zoë” — €');
  });

  test('refuses bytes that are not in the stated encoding, and encodings that nobody knows', async () => {
    const wrong = await write('wrong.xml', Buffer.from(body('"utf-8"'), 'latin1'));
    await expect(readXml(wrong)).rejects.toThrow('not valid UTF-8');
    for (const [encoding, byte] of [
      ['windows-1252', '\x81'],
      ['us-ascii', '\xe9'],
    ]) {
      const bytes = Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><r>${byte}</r>`, 'latin1');
      const message = `the file is not text in ${encoding}, which it states.`;
      await expect(readXml(await write('wrong.xml', bytes))).rejects.toThrow(message);
    }
    await expect(read(body('"klingon"'))).rejects.toThrow(/the encoding is unknown.*klingon/);
  });

  test('reads character references, once', async () => {
    const root = await read('<r>caf&#233; &#xe9; &#128512; &amp;#233; &amp;lt; &quot;</r>');
    expect(textOf(root)).toBe('café é 😀 &#233; &lt; "');
    const named = await read(
      '<!DOCTYPE r [<!ENTITY own "mine">]><r a="&eacute;">&eacute;&LT;&Ouml; &own; <!-- &no; --><![CDATA[&no; &eacute;]]></r>',
    );
    expect([textOf(named), named.attributes.a]).toEqual(['é<Ö mine &no; &eacute;', 'é']);
  });

  // Dropped or left as they stand by the parser, an error for Python's.
  test.each(['&#xD83D;', '&#55357;', '&#0;', '&#x110000;', '&#-1;', '&no;'])(
    'refuses %s, which stands for no character',
    async (reference) => {
      await expect(read(`<r>\n${reference}</r>`)).rejects.toThrow(
        `line 2: the reference ${reference} stands for no character.`,
      );
    },
  );

  test('refuses entities that grow out of each other', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY x0 "ha">${Array.from({ length: 9 }, (_, level) => `<!ENTITY x${level + 1} "${`&x${level};`.repeat(10)}">`).join('')}]><a>&x9;</a>`;
    const text = await read(bomb).then(textOf, () => 'refused');
    expect(text.length).toBeLessThan(1000);
  });
});

test.skipIf(!hasData)(`the Winograd collection has 285 schemas${needsData}`, async () => {
  const file = path.join(dataFolder, 'winograd', 'WSCollection.xml');
  const root = await readXml(file);
  const schemas = childrenNamed(root, 'schema');
  expect(schemas.length).toBe(285);
  const [text] = childrenNamed(schemas[0]!, 'text');
  expect(textOf(text!).replace(/\s+/g, ' ').trim()).toBe(
    'The city councilmen refused the demonstrators a permit because they feared violence.',
  );
});

describe('readSegments', () => {
  const read = async (content: string) => readSegments(await write('a.sgm', content));

  test('reads a set that is no XML, entities once', async () => {
    const content = [
      '<srcset setid="t" srclang="any">',
      '<doc docid="d">',
      '<p>',
      '<seg id="1">R&D &amp; more &lt;b&gt;</seg>',
      '<seg id="2"> &amp;lt; &quot;so&quot; it goes ',
      ' on</seg> <SEG id="3"></SEG>',
      '</p></doc></srcset>',
    ].join('\n');
    expect(await read(content)).toEqual([
      { number: 4, text: 'R&D & more <b>', document: 'd', id: '1' },
      { number: 5, text: '&lt; "so" it goes on', document: 'd', id: '2' },
      { number: 6, text: '', document: 'd', id: '3' },
    ]);
  });

  // As Python 3.13's html.unescape.
  test('decodes references by name and by number', async () => {
    const [{ text }] = await read(
      '<seg id=1>caf&eacute; &#233;&#xE9; &#128512; &apos;&euro;&apos; AT&T &amp;#233; &huh;</seg>',
    );
    expect(text).toBe("café éé 😀 '€' AT&T &#233; &huh;");
  });

  test('obeys a declared encoding and names of documents in any quotes', async () => {
    const content = `<?xml version="1.0" encoding="ISO-8859-1"?><doc genre="n" docid='a "b"'><seg id=7>Zoë</seg></doc>`;
    expect(await readSegments(await write('latin.sgm', Buffer.from(content, 'latin1')))).toEqual([
      { number: 1, text: 'Zoë', document: 'a "b"', id: '7' },
    ]);
  });

  test.each([
    ['<doc>\n<seg id="1">a\n<seg id="2">b</seg>', /a\.sgm: line 2: a segment is not closed/],
    ['<doc>\n<seg id="1">&#55357;</seg>', /line 2: a character reference stands for no character/],
    ['<doc>\n<seg id="1">a</seg>\n<seg id="2">b', /line 3: a segment is not closed/],
    ['A plain text.\n', /a\.sgm: no segments/],
  ])('refuses %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});
