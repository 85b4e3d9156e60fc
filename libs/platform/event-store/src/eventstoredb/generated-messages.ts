// The client's generated code is CommonJS whose names Node's ESM cannot see: they come by the default export.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

export { shared, streams };
export type * as sharedTypes from '@eventstore/db-client/generated/shared_pb.js';
export type * as streamsTypes from '@eventstore/db-client/generated/streams_pb.js';
