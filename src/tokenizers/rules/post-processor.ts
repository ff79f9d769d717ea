import type { Rule } from './rule.js';

/**
 * Ids of the tokens that a post-processor puts before a text (`<s>` of a template, for instance). What it puts behind one is of no
 * use to a model that goes on writing. Throws DataError on a rule that is not obeyed.
 */
export function tokensBefore(rule: Rule): number[] {
  const tokens = read(rule);
  rule.finish();
  return tokens;
}

function read(rule: Rule): number[] {
  switch (rule.type) {
    case 'ByteLevel':
      rule.ignore('add_prefix_space', 'trim_offsets', 'use_regex');
      return [];
    case 'Sequence':
      // Each one's tokens stand around what the ones before it have made.
      return rule.rules('processors').map(tokensBefore).reverse().flat();
    case 'BertProcessing':
    case 'RobertaProcessing': {
      const [, id] = rule.list('cls');
      if (!isId(id)) throw rule.refuse('its cls is no token');
      rule.ignore('sep', 'trim_offsets', 'add_prefix_space');
      return [id];
    }
    case 'TemplateProcessing':
      return templateStart(rule);
    default:
      throw rule.refuse();
  }
}

function templateStart(rule: Rule): number[] {
  const before: number[] = [];
  const special = rule.object('special_tokens') as Record<string, { ids?: unknown } | undefined>;
  rule.ignore('pair');
  for (const item of rule.list('single') as Record<string, { id?: unknown } | undefined>[]) {
    if (item.Sequence !== undefined) break;
    const ids = special[String(item.SpecialToken?.id)]?.ids;
    if (!Array.isArray(ids) || !ids.every(isId)) {
      throw rule.refuse('its template has a token that it does not explain');
    }
    before.push(...ids);
  }
  return before;
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
