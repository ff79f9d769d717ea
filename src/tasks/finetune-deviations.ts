/** What differs from the paper, or is not said there, for more than one of the tasks that a model is fine-tuned on. */

/** Of every task: the paper has one number and little about how it came about. */
export const oneRun =
  'The paper prints one run and does not say how many were made; its hyper-parameters for this task are the usual ones as far as it says.';

/** The epoch is chosen by the number that is reported. */
export const chosenOnDev =
  'The epoch is chosen by the number on dev that is reported, which flatters it a little.';

/** Of GLUE's tasks: the labels of the test split are kept by the server. */
export const devInsteadOfTest =
  'Ours: dev; paper: test. The labels of the test split are only on the GLUE server.';

/** Of data sets with a public test split. */
export const testIsPublic =
  'The numbers on dev choose the epoch; those on test, where its file is there, are the ones that compare with the paper.';
