SELECT paused, refused, restored FROM meta
