import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RepoType } from '../hub/repo-file.js';

/**
 * A server that speaks the hub's protocol on this machine, for tests: `resolve` addresses with HEAD, GET and Range,
 * large files redirected to a second origin as the hub does to its storage, the tree API in pages, plain files under
 * `/files/`. It misbehaves on demand, file by file.
 */
export interface HubServer {
  /** Origin of the hub: the value for HF_ENDPOINT. */
  url: string;
  /** Origin of the storage that large files are redirected to. */
  storageUrl: string;
  /** Every request so far, oldest first. */
  requests: RecordedRequest[];
  /** Makes a new commit of a repository, whose `main` then means it, and returns its 40 hex digits. */
  commit(repo: ServedRepo): string;
  /** Address of a plain file outside any repository; `path` is also its name for `fault`. */
  serveFile(path: string, bytes: Uint8Array | string): string;
  /** From now on requests for that path of any repository meet the fault; several queue up in order. */
  fault(path: string, fault: Fault): void;
  /** Breaks every open connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** A repository as a test writes it down. */
interface ServedRepo {
  repo: string;
  type?: RepoType;
  /** Small files: answered by the hub itself, etag = git blob sha1. */
  files?: Record<string, Uint8Array | string>;
  /** Large files: redirected to the storage, etag = sha256. */
  largeFiles?: Record<string, Uint8Array | string>;
  /** Names other than `main` that shall mean this commit. */
  revisions?: string[];
}

/** One request as it arrived. */
interface RecordedRequest {
  origin: 'hub' | 'storage';
  method: string;
  /** Decoded path of the address. */
  path: string;
  headers: IncomingMessage['headers'];
}

/** What goes wrong. `times` counts requests that meet the fault, 1 when absent. */
type Fault = { times?: number } & (
  | { kind: 'status'; status: number; headers?: Record<string, string>; method?: 'GET' | 'HEAD' }
  /** GET: the connection breaks after that many bytes of the body. */
  | { kind: 'cut'; afterBytes: number }
  /** GET: nothing more comes after that many bytes, and the connection stays open. */
  | { kind: 'stall'; afterBytes: number }
  /** GET: the byte at that offset of the file is another one. */
  | { kind: 'damage'; offset: number }
  /** GET: Range is ignored, the whole file comes with status 200. */
  | { kind: 'ignore-range' }
  /** GET: the body ends properly, in chunks, before that many bytes. */
  | { kind: 'short'; bytes: number }
  /** Announced size of a large file (`X-Linked-Size`) in place of the true one. */
  | { kind: 'announce'; sizeBytes: number }
  /** Redirects to another address. */
  | { kind: 'redirect'; to: string; method?: 'GET' | 'HEAD' }
  /** The content becomes this one right before the request is answered, within the same commit. */
  | { kind: 'change'; bytes: string; method?: 'GET' | 'HEAD' }
);

interface ServedFile {
  bytes: Buffer;
  isLarge: boolean;
}

const sha = (algorithm: 'sha1' | 'sha256', ...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest('hex');

/** The etag that the hub gives a file: sha256 of a large one, git's name of a small one. */
export function hubEtag({ bytes, isLarge }: { bytes: Uint8Array; isLarge: boolean }): string {
  return isLarge ? sha('sha256', bytes) : sha('sha1', `blob ${bytes.length}\0`, bytes);
}

/** Starts a server on two free ports of 127.0.0.1. `treePageSize` files per page of the tree API. */
export async function startHubServer({ treePageSize = 1000 } = {}): Promise<HubServer> {
  const commits = new Map<string, Map<string, ServedFile>>();
  const revisions = new Map<string, string>();
  const plainFiles = new Map<string, ServedFile>();
  const faults = new Map<string, Fault[]>();
  const requests: RecordedRequest[] = [];

  const record = (origin: RecordedRequest['origin'], request: IncomingMessage) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const path = decodeURIComponent(url.pathname);
    requests.push({ origin, method: request.method ?? '', path, headers: request.headers });
    return url;
  };

  /** The next fault of a path if it is of a wanted kind and for this method; its count goes down by one. */
  const takeFault = <K extends Fault['kind']>(path: string, method: string, ...kinds: K[]) => {
    const queue = faults.get(path);
    const fault = queue?.[0];
    if (fault === undefined || !kinds.includes(fault.kind as K)) return undefined;
    if ('method' in fault && fault.method !== undefined && fault.method !== method) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) queue?.shift();
    return fault as Extract<Fault, { kind: K }>;
  };

  /** Answers with a status, a redirect or another content if a fault says so; true when the answer is given. */
  const answerFault = (
    path: string,
    file: ServedFile,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    const fault = takeFault(path, request.method ?? '', 'status', 'redirect', 'change');
    if (fault?.kind === 'change') file.bytes = Buffer.from(fault.bytes);
    if (fault?.kind === 'status') response.writeHead(fault.status, fault.headers).end();
    if (fault?.kind === 'redirect') response.writeHead(302, { Location: fault.to }).end();
    return fault !== undefined && fault.kind !== 'change';
  };

  const hub = createServer((request, response) => {
    const url = record('hub', request);
    const plain = /^\/files\/(.+)$/.exec(decodeURIComponent(url.pathname));
    if (plain !== null) {
      const file = plainFiles.get(plain[1]!);
      if (file === undefined) return void response.writeHead(404).end();
      if (answerFault(plain[1]!, file, request, response)) return;
      return sendBytes(plain[1]!, file, `"${hubEtag({ ...file, isLarge: true })}"`, request, response);
    }
    const tree = /^\/api\/(models|datasets)\/(.+)\/tree\/([^/]+)$/.exec(url.pathname);
    if (tree !== null) return sendTree(url, tree, request, response);
    const resolve = /^\/(datasets\/)?([^/]+(?:\/[^/]+)?)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    if (resolve === null) return void response.writeHead(404).end();
    const key = `${resolve[1] ? 'dataset' : 'model'}:${resolve[2]}`;
    const commit = findCommit(key, decodeURIComponent(resolve[3]!), response);
    if (commit === undefined) return;
    const path = decodeURIComponent(resolve[4]!);
    const file = commits.get(`${key}@${commit}`)!.get(path);
    response.setHeader('X-Repo-Commit', commit);
    if (file === undefined) return void response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
    if (answerFault(path, file, request, response)) return;
    const etag = `"${hubEtag(file)}"`;
    if (!file.isLarge) return sendBytes(path, file, etag, request, response);
    const sizeBytes = takeFault(path, request.method ?? '', 'announce')?.sizeBytes ?? file.bytes.length;
    response.writeHead(302, {
      Location: `http://127.0.0.1:${portOf(storage)}/${key}@${commit}/${resolve[4]}?signature=secret`,
      'X-Linked-ETag': etag,
      'X-Linked-Size': sizeBytes,
    });
    response.end();
  });

  /** Commit of a revision; answers as the hub does when there is none. */
  const findCommit = (key: string, revision: string, response: ServerResponse) => {
    const commit = commits.has(`${key}@${revision}`) ? revision : revisions.get(`${key}@${revision}`);
    if (commit !== undefined) return commit;
    const code = revisions.has(`${key}@main`) ? 'RevisionNotFound' : 'RepoNotFound';
    response.writeHead(404, { 'X-Error-Code': code }).end();
    return undefined;
  };

  const sendTree = (url: URL, match: RegExpExecArray, request: IncomingMessage, response: ServerResponse) => {
    const key = `${match[1]!.slice(0, -1)}:${match[2]}`;
    const commit = findCommit(key, decodeURIComponent(match[3]!), response);
    if (commit === undefined) return;
    const fault = takeFault('tree', request.method ?? '', 'status');
    if (fault !== undefined) return void response.writeHead(fault.status, fault.headers).end();
    const entries = [...commits.get(`${key}@${commit}`)!].map(([path, file]) => ({
      type: 'file',
      oid: hubEtag({ ...file, isLarge: false }),
      path,
      size: file.bytes.length,
      ...(file.isLarge ? { lfs: { oid: hubEtag(file), size: file.bytes.length, pointerSize: 134 } } : {}),
    }));
    const folders = new Set(entries.flatMap(({ path }) => (path.includes('/') ? [path.split('/')[0]!] : [])));
    const all = [...[...folders].map((path) => ({ type: 'directory', oid: '', path, size: 0 })), ...entries];
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const end = start + treePageSize;
    if (end < all.length) {
      url.searchParams.set('cursor', String(end));
      response.setHeader(
        'Link',
        `<http://127.0.0.1:${portOf(hub)}${url.pathname}?${url.searchParams}>; rel="next"`,
      );
    }
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(all.slice(start, end)));
  };

  const storage = createServer((request, response) => {
    const url = record('storage', request);
    const match = /^\/((?:model|dataset):[^@]+@[0-9a-f]{40})\/(.+)$/.exec(url.pathname);
    const path = decodeURIComponent(match?.[2] ?? '');
    const file = commits.get(match?.[1] ?? '')?.get(path);
    // As with S3: a link is signed for GET alone, and the etag is the storage's own.
    if (file === undefined || request.method !== 'GET') return void response.writeHead(403).end();
    sendBytes(path, file, `"${sha('sha1', 'storage', file.bytes)}"`, request, response);
  });

  const sendBytes = (
    path: string,
    file: ServedFile,
    etag: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    const { bytes } = file;
    response.setHeader('ETag', etag);
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.method === 'HEAD') return void response.setHeader('Content-Length', bytes.length).end();
    const fault = takeFault(path, 'GET', 'cut', 'stall', 'damage', 'ignore-range', 'short');
    const isStale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const isRanged = range !== null && fault?.kind !== 'ignore-range' && !isStale;
    const start = isRanged ? Number(range[1]) : 0;
    if (start > 0 && start >= bytes.length) {
      return void response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
    }
    if (isRanged) {
      response.setHeader('Content-Range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
      response.statusCode = 206;
    }
    const body = Buffer.from(bytes.subarray(start));
    if (fault?.kind === 'damage' && fault.offset >= start) body[fault.offset - start]! ^= 0xff;
    if (fault?.kind === 'short') {
      // No Content-Length: a body that ends too early looks complete to HTTP.
      response.write(body.subarray(0, fault.bytes));
      return void response.end();
    }
    response.setHeader('Content-Length', body.length);
    if (fault?.kind === 'cut' || fault?.kind === 'stall') {
      response.write(body.subarray(0, fault.afterBytes), () => {
        if (fault.kind === 'cut') response.destroy();
      });
      return;
    }
    response.end(body);
  };

  await Promise.all([listen(hub), listen(storage)]);
  return {
    url: `http://127.0.0.1:${portOf(hub)}`,
    storageUrl: `http://127.0.0.1:${portOf(storage)}`,
    requests,
    commit: ({ repo, type = 'model', files = {}, largeFiles = {}, revisions: names = [] }) => {
      const served = new Map<string, ServedFile>();
      for (const [path, bytes] of Object.entries(files)) {
        served.set(path, { bytes: Buffer.from(bytes), isLarge: false });
      }
      for (const [path, bytes] of Object.entries(largeFiles)) {
        served.set(path, { bytes: Buffer.from(bytes), isLarge: true });
      }
      const etags = [...served].map(([path, file]) => `${path} ${hubEtag(file)}\n`);
      const commit = sha('sha1', `${type} ${repo}\n`, ...etags);
      commits.set(`${type}:${repo}@${commit}`, served);
      for (const name of ['main', ...names]) revisions.set(`${type}:${repo}@${name}`, commit);
      return commit;
    },
    serveFile: (path, bytes) => {
      plainFiles.set(path, { bytes: Buffer.from(bytes), isLarge: false });
      return `http://127.0.0.1:${portOf(hub)}/files/${path}`;
    },
    fault: (path, fault) => {
      faults.set(path, [...(faults.get(path) ?? []), { ...fault }]);
    },
    dropConnections: () => {
      hub.closeAllConnections();
      storage.closeAllConnections();
    },
    close: async () => {
      await Promise.all([close(hub), close(storage)]);
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
