// Tells when names of a directory change, as long as there is one.
import { lstatSync, watch } from 'node:fs';

export class DirectoryWatch {
  #path;
  #onChange;
  #watcher;
  #inode;

  constructor(path, onChange) {
    this.#path = path;
    this.#onChange = onChange;
  }

  /**
   * Watches the directory that the path names now; called again it does
   * nothing unless that is another one. One that cannot be watched (none there,
   * no inotify instance left) is left to the caller's periodic look.
   */
  follow() {
    const stat = lstatSync(this.#path, { throwIfNoEntry: false });
    if (this.#watcher !== undefined && stat?.ino === this.#inode) return;
    this.close();
    if (stat === undefined) return;
    try {
      this.#watcher = watch(this.#path, this.#onChange);
    } catch {
      return;
    }
    this.#watcher.on('error', () => this.close());
    this.#inode = stat.ino;
  }

  close() {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
