/** A file inside an archive; its bytes can be read until the next one is asked for. */
export interface ArchiveMember {
  /** Path inside the archive, with `/`. */
  name: string;
  bytes(): AsyncIterable<Uint8Array>;
}
