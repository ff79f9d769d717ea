import { expect, test } from 'vitest';
import {
  accuracyOfMostConfident,
  byConfidence,
  calibrationBins,
  expectedCalibrationError,
} from './calibration.js';

const answers = Array.from({ length: 100 }, (_, i) => ({
  confidence: (((37 * i) % 100) + 0.5) / 100,
  correct: ((37 * i) % 100) + ((i * i) % 40) > 60,
}));

test('accuracy and confidence in five bins (scikit-learn 1.9.1, calibration_curve)', () => {
  const bins = calibrationBins(answers, 5);
  expect(bins.map(({ n }) => n)).toEqual([20, 20, 20, 20, 20]);
  bins.forEach((bin, index) => {
    expect(bin.accuracy).toBeCloseTo([0, 0.05, 0.5, 0.95, 1][index]!, 12);
    expect(bin.confidence).toBeCloseTo(0.1 + 0.2 * index, 12);
  });
  expect(expectedCalibrationError(answers, 5)).toBeCloseTo(0.14, 12);
});

test('a confidence of 1 is in the last bin, and an empty bin has no accuracy', () => {
  const bins = calibrationBins([{ confidence: 1, correct: true }], 2);
  expect(bins[1]).toEqual({ from: 0.5, to: 1, n: 1, confidence: 1, accuracy: 1 });
  expect(bins[0]).toMatchObject({ n: 0, accuracy: Number.NaN });
  expect(expectedCalibrationError([{ confidence: 1, correct: true }], 2)).toBe(0);
});

test('bins weigh as many answers as they hold', () => {
  const sure = { confidence: 0.9, correct: true };
  // Bins: three answers off by 0.1, one off by 0.3.
  expect(expectedCalibrationError([sure, sure, sure, { confidence: 0.3, correct: false }])).toBeCloseTo(
    0.15,
    12,
  );
});

test('what is no probability is refused', () => {
  expect(() => calibrationBins([{ confidence: 1.2, correct: true }])).toThrow('1.2 is no probability');
  expect(() => calibrationBins([{ confidence: Number.NaN, correct: true }])).toThrow(RangeError);
});

test('the most confident share is at least one answer', () => {
  const few = [
    { confidence: 0.2, correct: false },
    { confidence: 0.9, correct: true },
    { confidence: 0.8, correct: false },
  ];
  expect(accuracyOfMostConfident(few, 0.01)).toEqual({ value: 100, standardError: 0, n: 1 });
  expect(accuracyOfMostConfident(few, 0.5).value).toBe(50);
  expect(byConfidence(few).map(({ confidence }) => confidence)).toEqual([0.9, 0.8, 0.2]);
});

test('1 % of 3,610 questions are 36', () => {
  const many = Array.from({ length: 3610 }, (_, i) => ({ confidence: i / 3610, correct: i % 2 === 0 }));
  expect(accuracyOfMostConfident(many, 0.01).n).toBe(36);
});
