/**
 * The thread that owns a training run, so that the event loop of the main thread stays free for progress and Ctrl-C.
 */
import { serveRequests } from '../runtime/worker-thread.js';
import { createEngine, initialState, type TrainingEngine, type TrainingSettings } from './engine.js';
import type { TrainingRequest } from './protocol.js';
import { readState, writeState } from './state-file.js';
import { trainedShapes } from './training-graph.js';

let run: { engine: TrainingEngine; settings: TrainingSettings } | undefined;

async function answer(request: TrainingRequest): Promise<unknown> {
  if (request.type === 'open') {
    const { settings, weights } = request;
    run = { engine: await createEngine(settings, initialState(weights)), settings };
    return undefined;
  }
  if (run === undefined) throw new Error(`${request.type} before open`);
  const { engine, settings } = run;
  switch (request.type) {
    case 'step':
      return engine.step(request.batch);
    case 'evaluate':
      return engine.evaluate(request.examples);
    case 'classify':
      return engine.classify(request.examples);
    case 'export':
      return engine.state.weights;
    case 'save':
      return writeState(request.file, engine.state, trainedShapes(settings), request.notes);
    case 'load':
      return {
        notes: await readState(request.file, engine.state, trainedShapes(settings)),
        updates: engine.state.updates,
      };
    case 'close':
      await engine.release();
      run = undefined;
      return undefined;
  }
}

serveRequests(answer);
