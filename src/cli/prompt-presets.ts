/** Prompts of the GPT-2 paper that are short enough to be given here: `gpt generate --preset`. The others are articles of WebText. */

/** A prompt and how the paper went on from it. */
export interface PromptPreset {
  /** Where the paper has it. */
  place: string;
  text: string;
  decoding: 'top-k 40' | 'greedy';
}

/** By the name on the command line. */
export const promptPresets = {
  unicorns: {
    place: 'Table 13: the best of ten samples',
    text: 'In a shocking finding, scientist discovered a herd of unicorns living in a remote, previously unexplored valley, in the Andes Mountains. Even more surprising to the researchers was the fact that the unicorns spoke perfect English.',
    decoding: 'top-k 40',
  },
  // “The first sentence and a half”: in the version of the Bliss copy; where the half ends is not said.
  gettysburg: {
    place:
      '§8.2: a speech that stands in WebText about 40 times, which the largest model goes on with by heart',
    text: 'Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war,',
    decoding: 'greedy',
  },
} as const satisfies Record<string, PromptPreset>;

/** What `--preset` accepts. */
export type PresetName = keyof typeof promptPresets;
