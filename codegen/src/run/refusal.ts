/** Why the computer did not do what was asked of it, and what the user can do about it. */
export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

const ACCESS = { message: "you have no permission for it", hint: "check its permissions" };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  EEXIST: { message: "a file stands where the folder should be", hint: "move it away" },
  ENOENT: { message: "there is no such file", hint: "check the path" },
  ENOTDIR: { message: "part of its path is a file, not a folder", hint: "check the path" },
  EISDIR: { message: "this is a folder, expected a file", hint: "name a file" },
  ENAMETOOLONG: { message: "its name is too long", hint: "check the path" },
  EACCES: ACCESS,
  EPERM: ACCESS,
  EROFS: { message: "its disk takes no changes", hint: "choose another place" },
  ENOSPC: { message: "the disk is full", hint: "make room on it, or choose another place" },
};

/** The refusal that `error` stands for; throws it again where it is none of the computer's. */
export function refusal(error: unknown): Refusal {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) {
    throw error;
  }
  const known = syscall.startsWith("spawn") ? undefined : REFUSALS[code];
  return (
    known ?? {
      message: `${syscall} failed: ${code}`,
      hint: "check that the path exists, its permissions, and the space left on the disk",
    }
  );
}
