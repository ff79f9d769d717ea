import { describe, expect, it } from 'vitest';
import { standardizeText } from './standardize.js';

describe('standardizeText', () => {
  // Results: openai/finetune-transformer-lm text_utils.py:text_standardize, run with Python 3.11.
  it.each([
    ['well—known – a ― b…', 'well - known - a - b...'],
    ['it´s', "it's"],
    ['(a+b)*c/d = [e]{f}|g_h;i', '( a + b ) * c / d = [ e ] { f } | g _ h ; i'],
    ['no!!! "really"?~', 'no !!! " really " ? ~'],
    ['--+-', '-- + -'],
    ["keep . : ' $ % & # @ = < > ^ `", "keep . : ' $ % & # @ = < > ^ `"],
    ['back\\slash \\\\', 'back\\slash \\\\'],
    ['a \n\t\n b\n', 'a \n b'],
    ['a\t\u00a0 b\u2003c\u3000d', 'a b c d'],
    ['a\u001c\u001fb\u0085c', 'a b c'],
    ['a\ufeffb', 'a\ufeffb'],
    [' \n ', ''],
  ])('turns %j into %j', (text, expected) => {
    expect(standardizeText(text)).toBe(expected);
  });
});
