"""The Litestar server: routes, signed blobs and the worker."""
