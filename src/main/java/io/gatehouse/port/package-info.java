/**
 * The one port of all faces: tells gRPC from HTTP and hands each on.
 *
 * <p>grpc-netty owns the port. A connection begins in {@code Newcomer}, which counts it ({@code Connections} says who gives way);
 * {@code FirstBytes} reads how it begins. With HTTP/2's preface it stays with gRPC ({@code GrpcNegotiation}), behind a {@code FrameLimit};
 * gRPC gets the requests for its methods ({@code UnservedRequests}). Anything else is HTTP/1.1 to us: a {@code Relay} copies it to the
 * servlet container and back, over a Unix-domain socket that nobody else can reach ({@code ServletSocket}, {@code SocketDirectory}).
 * A PROXY protocol header goes first, so that servlets see the client's address, and TLS where there is some. {@code FacesPort}
 * opens the port when everything else is ready, and closes it before everything else.
 *
 * <p>What is said over a connection, in either protocol, does not belong here; nor does the management port.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "settings", "throttle", "tls"})
package io.gatehouse.port;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
