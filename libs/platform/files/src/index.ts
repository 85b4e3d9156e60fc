// Data on disk: folders and files that are their owner's alone.
export * from './closed-files.ts';
export * from './make-folder.ts';
export * from './lay-file.ts';
export * from './tar/read-tar.ts';
export * from './tar/tar-header.ts';
