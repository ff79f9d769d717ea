import type { Wmt14Row } from '../datasets/wmt14.js';

/**
 * Example pairs for the prompt, written for this project: sentences as newspapers have them, none of them from WMT or from
 * the sample. Without `=`, which parts the languages.
 */
export const examplePairs: readonly Wmt14Row[] = [
  {
    english: 'The minister will travel to Brussels on Tuesday to meet her colleagues.',
    french: 'La ministre se rendra mardi à Bruxelles pour rencontrer ses collègues.',
  },
  {
    english: 'The shop sells fruit and vegetables from the region.',
    french: 'Le magasin vend des fruits et des légumes de la région.',
  },
  {
    english: 'According to the police, nobody was in the house when the roof fell in.',
    french: "Selon la police, personne ne se trouvait dans la maison lorsque le toit s'est effondré.",
  },
  {
    english: 'How much does it cost to send a letter to Canada?',
    french: "Combien coûte l'envoi d'une lettre au Canada ?",
  },
  {
    english: 'Unemployment has fallen for the third month in a row.',
    french: 'Le chômage a baissé pour le troisième mois consécutif.',
  },
  {
    english: '"I have never seen so much water in the river," said a neighbour.',
    french: "« Je n'ai jamais vu autant d'eau dans la rivière », a raconté un voisin.",
  },
  {
    english: 'The two countries signed an agreement on trade in 2009.',
    french: 'Les deux pays ont signé un accord commercial en 2009.',
  },
  {
    english: 'Her latest film will be shown in cinemas from next Wednesday.',
    french: 'Son dernier film sera projeté dans les salles à partir de mercredi prochain.',
  },
  {
    english: 'Most of the pupils go to school by bicycle, even in winter.',
    french: "La plupart des élèves vont à l'école à vélo, même en hiver.",
  },
  {
    english: 'The judge rejected the request, and the trial will begin in September.',
    french: 'Le juge a rejeté la demande et le procès débutera en septembre.',
  },
];
