// Which release this is: package.json's version (a test holds the two together, so that the file itself is not
// deployed), and the version of the API that it serves.

export const WORKER_VERSION = "0.0.0";

export const API_VERSION = "1";
