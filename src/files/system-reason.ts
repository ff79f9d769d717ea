/** What the system means by its codes, for people. */
const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not do that there (permission denied)',
  EPERM: 'you may not do that there (permission denied)',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  EIO: 'the disk cannot be read',
};

/** Why the system refused, in words that need no manual; its own words for what is not known here. */
export function systemReason(error: unknown): string {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return (code !== undefined && reasons[code]) || (error instanceof Error ? message : String(error));
}
