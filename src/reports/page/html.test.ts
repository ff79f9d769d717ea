import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedJson, html, Markup, slug } from './html.js';

describe('html', () => {
  it('escapes values in texts and attributes, and leaves markup of its own alone', () => {
    const name = `<b title="x" class='y'>&amp;`;
    const inner = html`<em>${name}</em>`;
    expect(html`<p title="${name}">${inner}</p>`.source).toBe(
      '<p title="&#60;b title=&#34;x&#34; class=&#39;y&#39;&#62;&#38;amp;">' +
        '<em>&#60;b title=&#34;x&#34; class=&#39;y&#39;&#62;&#38;amp;</em></p>',
    );
  });

  it('writes lists one after another and nothing for what is absent or false; zero is a number', () => {
    expect(html`${['a', new Markup('<br>'), ['b', 0]]}${undefined}${null}${false}`.source).toBe('a<br>b0');
  });

  it('never lets a value open an element or end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.source).not.toMatch(/[<>"']/);
      }),
    );
  });
});

describe('embedJson', () => {
  it('gives back the value, and holds nothing that ends or comments a script', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { source } = embedJson(value);
        expect(source).not.toContain('<');
        expect(JSON.parse(source)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    const nasty = '</script><!-- <script>\u2028\ud800';
    expect(JSON.parse(embedJson(nasty).source)).toBe(nasty);
    expect(embedJson(nasty).source).not.toContain('<');
  });
});

it('slug makes an id of any text', () => {
  expect(slug('rte--gpt1, "epochs 2" (×)')).toBe('rte-gpt1-epochs-2');
});
