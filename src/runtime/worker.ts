/**
 * The worker thread that owns the session, so that the event loop of the main thread stays free for progress, Ctrl-C
 * and the journal.
 */
import { DataError } from '../errors.js';
import { cachedDecoder } from './cached-decoder.js';
import type { Decoder } from './decoder.js';
import { exportBackend } from './export-backend.js';
import { exportDecoder } from './export-decoder.js';
import { checkCausal, checkPast } from './export-probe.js';
import { type Backend, graphBackend } from './graph-backend.js';
import { createInPlaceSession } from './in-place.js';
import type { DecoderKind, ExportedSpec, SessionSpec, WorkerRequest } from './protocol.js';
import { recomputingDecoder, recomputingExportDecoder } from './recomputing-decoder.js';
import { createSession, type Session, timeRun } from './session.js';
import { type TokenSource, tokenSource } from './token-source.js';
import { serveRequests } from './worker-thread.js';

let session: Session | undefined;
let backend: Backend | undefined;
let decoder: Decoder | undefined;
let source: TokenSource | undefined;

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.type) {
    case 'load': {
      session = await loadSession(request.spec);
      const { exported } = request.spec;
      if (exported) await checkCausal(session, exported);
      backend = exported
        ? exportBackend(session, exported, request.excluded)
        : graphBackend(session, request.spec.evenRows);
      return undefined;
    }
    case 'score':
      if (backend === undefined) throw new Error('score before load');
      return backend.score(request.batch);
    case 'time':
      if (session === undefined) throw new Error('time before load');
      return timeRun(session, request.feeds);
    case 'load-decoder':
      decoder = await loadDecoder(request.spec, request.decoder);
      source = tokenSource(decoder, request.vocabSize);
      return undefined;
    case 'begin':
      if (source === undefined) throw new Error('begin before load-decoder');
      return source.begin(request.texts, request.places);
    case 'next':
      if (source === undefined) throw new Error('next before load-decoder');
      return source.next(request.ended);
    case 'close':
      await backend?.release();
      await decoder?.release();
      session = undefined;
      backend = undefined;
      decoder = undefined;
      source = undefined;
      return undefined;
  }
}

async function loadDecoder(spec: SessionSpec, decoder: DecoderKind): Promise<Decoder> {
  const { model, exported } = spec;
  if (decoder.kind === 'cached' && model instanceof Uint8Array) {
    const loaded = await createInPlaceSession(model, (bytes) => createSession({ ...spec, model: bytes }));
    return cachedDecoder(loaded, decoder.config, { evenRows: spec.evenRows !== undefined });
  }
  const loaded = await loadSession(spec);
  if (exported === undefined) return recomputingDecoder(loaded);
  await checkCausal(loaded, exported);
  if (decoder.kind !== 'export-cached') return recomputingExportDecoder(loaded, exported);
  const second = exported.withPast && (await loadSession(spec, exported.withPast));
  const keeping = exportDecoder(loaded, exported, second);
  await checkPast(loaded, keeping, exported);
  return keeping;
}

/** Loads a graph. What ONNX Runtime says of one that somebody else wrote is said of its file. */
async function loadSession(spec: SessionSpec, second?: ExportedSpec['withPast']): Promise<Session> {
  if (spec.exported === undefined) return createSession(spec);
  const { file } = second?.graph ?? spec.exported;
  const model = second?.model ?? spec.model;
  return createSession({ ...spec, model }).catch((cause: Error) => {
    throw new DataError(
      { file, problem: `ONNX Runtime cannot load the graph: ${cause.message}.` },
      { cause },
    );
  });
}

serveRequests(answer);
