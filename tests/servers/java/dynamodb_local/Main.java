import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local in memory, on one address: arguments are host and port. Its own command listens on every interface and offers
 * no choice, so its request handler is put behind a web server made here. Telemetry, which that command starts, stays away too.
 */
public final class Main {
    private static final int NO_PORT_OF_ITS_OWN = 0;
    private static final boolean IN_MEMORY = true;
    private static final String NO_FILE = null;
    private static final boolean SHARED_BY_ALL_KEYS_AND_REGIONS = true;
    private static final boolean DELAY_TRANSIENT_STATUSES = false;
    private static final String ANY_ORIGIN = "*";

    public static void main(String[] arguments) throws Exception {
        var database = new LocalDynamoDBRequestHandler(
                NO_PORT_OF_ITS_OWN, IN_MEMORY, NO_FILE, SHARED_BY_ALL_KEYS_AND_REGIONS, DELAY_TRANSIENT_STATUSES);
        var server = new Server(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
        server.setHandler(new ContextHandler(new LocalDynamoDBServerHandler(database, ANY_ORIGIN)));
        server.start();
        server.join();
    }
}
