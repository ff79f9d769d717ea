/**
 * The thread that owns a training run, or a trained model, so that the event loop of the main thread stays free for progress and
 * Ctrl-C.
 */
import { serveRequests } from '../runtime/worker-thread.js';
import { createEngine, initialState, type TrainingEngine, type TrainingSettings } from './engine.js';
import { type ForwardPasses, forwardPasses } from './evaluate.js';
import type { TrainingRequest } from './protocol.js';
import { readState, writeState } from './state-file.js';
import { trainedShapes } from './training-graph.js';

let run: { engine: TrainingEngine; settings: TrainingSettings } | undefined;
/** Those of the run, or of a model that is not trained. */
let passes: ForwardPasses | undefined;

async function answer(request: TrainingRequest): Promise<unknown> {
  if (request.type === 'open') {
    const { settings, weights } = request;
    run = { engine: await createEngine(settings, initialState(weights)), settings };
    passes = run.engine;
    return undefined;
  }
  if (request.type === 'infer') {
    passes = forwardPasses(request.settings, request.weights);
    return undefined;
  }
  if (passes === undefined) throw new Error(`${request.type} before open`);
  switch (request.type) {
    case 'evaluate':
      return passes.evaluate(request.examples);
    case 'classify':
      return passes.classify(request.examples);
    case 'close':
      await passes.release();
      run = undefined;
      passes = undefined;
      return undefined;
  }
  if (run === undefined) throw new Error(`${request.type}: this model is not trained`);
  const { engine, settings } = run;
  switch (request.type) {
    case 'step':
      return engine.step(request.batch);
    case 'export':
      return engine.state.weights;
    case 'save':
      return writeState(request.file, engine.state, trainedShapes(settings), request.notes);
    case 'load':
      return {
        notes: await readState(request.file, engine.state, trainedShapes(settings)),
        updates: engine.state.updates,
      };
  }
}

serveRequests(answer);
