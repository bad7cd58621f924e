<?php
// Verifies Chukta's notifications and delivers each paid order once. PHP 8 with pdo_sqlite.
//
//   CHUKTA_URL=https://pay.shop.example CHUKTA_KEY=… NOTIFY_SECRET=whsec_… php -S 0.0.0.0:3000 receiver.php
//
// Its books are one SQLite file. The shop writes `orders` (amounts in paisa) before it makes a link.
declare(strict_types=1);

const TABLES = <<<SQL
CREATE TABLE IF NOT EXISTS orders
  (reference TEXT PRIMARY KEY, amount INT NOT NULL, seq INT NOT NULL DEFAULT 0, stage TEXT);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS deliveries (reference TEXT PRIMARY KEY, claim_id TEXT NOT NULL,
  reported INT NOT NULL DEFAULT 0, stopped INT NOT NULL DEFAULT 0);
SQL;

function setting(string $name): string
{
    return getenv($name) ?: throw new RuntimeException("$name is not set");
}

/** Standard Webhooks: one of the signatures is ours, of these very bytes, five minutes old at most. */
function isGenuine(string $id, string $at, string $given, string $body): bool
{
    $secret = base64_decode(preg_replace('/^whsec_/', '', setting('NOTIFY_SECRET')), true);
    if ($secret === false || strlen($secret) < 24) {
        throw new RuntimeException('NOTIFY_SECRET must be whsec_ and base64');
    }
    if ($id === '' || !ctype_digit($at) || abs(time() - (int) $at) > 300) {
        return false;
    }
    $ours = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $secret, true));
    return array_filter(explode(' ', $given), fn ($one) => hash_equals($ours, $one)) !== [];
}

/** Chukta's status and answer; throws when there is none. */
function ask(string $path, array $body, string ...$headers): array
{
    $key = ['Authorization: Bearer ' . setting('CHUKTA_KEY'), 'Content-Type: application/json'];
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [...$key, ...$headers],
        'content' => json_encode($body, JSON_THROW_ON_ERROR),
        'timeout' => 5,
        'ignore_errors' => true,
    ]]);
    $answer = fopen(setting('CHUKTA_URL') . $path, 'r', false, $context);
    $status = (int) explode(' ', stream_get_meta_data($answer)['wrapper_data'][0])[1];
    return [$status, json_decode(stream_get_contents($answer), true, 64, JSON_THROW_ON_ERROR)];
}

function run(PDO $books, string $sql, mixed ...$values): PDOStatement
{
    $statement = $books->prepare($sql);
    $statement->execute($values);
    return $statement;
}

/** The claim to deliver this order, or null if there is nothing to deliver; throws to be told again. */
function claim(PDO $books, string $id, array $order): ?string
{
    $reference = $order['merchant_reference'];
    $amount = run($books, 'SELECT amount FROM orders WHERE reference = ?', $reference)->fetchColumn();
    if ($amount === false) {
        return null; // not an order of this shop
    }
    // The same key from the same place is given the same claim again, should the answer get lost.
    [$status, $answer] = ask('/v1/verify', [
        'order_id' => $order['order_id'],
        'expect' => [
            'merchant_reference' => $reference,
            'amount' => ['value' => (int) $amount, 'currency' => 'INR'],
        ],
        'claim' => ['by' => 'receiver at ' . gethostname(), 'lease_seconds' => 300],
    ], "Idempotency-Key: $id");
    if ($status !== 200) {
        throw new RuntimeException("verify: $status");
    }
    ['verdict' => $verdict, 'mismatch' => $mismatch, 'claim' => $told] = $answer;
    if ($answer['fulfill'] && $told['state'] === 'granted') {
        return $told['claim_id'];
    }
    if ($verdict === 'paid' && $mismatch === [] && $told['state'] !== 'done') {
        throw new RuntimeException("$reference is {$told['state']} ({$told['by']})"); // ask again later
    }
    error_log("$reference is not for us: $verdict, {$told['state']}, " . implode(' ', $mismatch));
    return null;
}

function handle(PDO $books, string $id, array $message): void
{
    ['type' => $type, 'data' => ['seq' => $seq, 'order' => $order]] = $message;
    ['merchant_reference' => $reference, 'stage' => $stage] = $order;
    if (!run($books, 'SELECT 1 FROM seen WHERE id = ?', $id)->fetchColumn()) {
        $claimId = $type === 'order.paid' ? claim($books, $id, $order) : null;
        $books->beginTransaction(); // the id and its effect, both or neither
        $new = run($books, 'INSERT OR IGNORE INTO seen VALUES (?)', $id)->rowCount();
        run($books, 'UPDATE orders SET seq = ?, stage = ? WHERE reference = ? AND seq < ?', $seq, $stage, $reference, $seq);
        if ($new && $claimId !== null) {
            run($books, 'INSERT INTO deliveries VALUES (?, ?, 0, 0)', $reference, $claimId);
            error_log("$reference is delivered");
        }
        if ($type === 'order.paid_reversed' || ($type === 'order.refunded' && $stage === 'refunded')) {
            // The money went: call the parcel back if it has not arrived.
            run($books, 'UPDATE deliveries SET stopped = 1 WHERE reference = ?', $reference);
        }
        $books->commit();
    }
    report($books, $order);
}

/** Tells Chukta that it is done; throws to be told again. */
function report(PDO $books, array $order): void
{
    $unsaid = 'SELECT claim_id FROM deliveries WHERE reference = ? AND NOT reported';
    $claimId = run($books, $unsaid, $order['merchant_reference'])->fetchColumn();
    if ($claimId === false) {
        return;
    }
    [$status] = ask("/v1/orders/{$order['id']}/fulfillment", ['claim_id' => $claimId, 'state' => 'done']);
    // 409: the money went meanwhile, or another delivered. Chukta shows it to a person.
    if ($status !== 200 && $status !== 409) {
        throw new RuntimeException("fulfillment: $status");
    }
    run($books, 'UPDATE deliveries SET reported = 1 WHERE claim_id = ?', $claimId);
}

ini_set('display_errors', '0');
set_error_handler(fn ($level, $text, $file, $line) => throw new ErrorException($text, 0, $level, $file, $line));
http_response_code(503); // until it is done: send it again
try {
    $body = file_get_contents('php://input');
    $header = fn (string $name): string => $_SERVER["HTTP_WEBHOOK_$name"] ?? '';
    if (isGenuine($header('ID'), $header('TIMESTAMP'), $header('SIGNATURE'), $body)) {
        $books = new PDO('sqlite:' . (getenv('BOOKS') ?: 'books.sqlite'), null, null, [PDO::ATTR_TIMEOUT => 30]);
        $books->exec(TABLES);
        handle($books, $header('ID'), json_decode($body, true, 64, JSON_THROW_ON_ERROR));
        http_response_code(200);
    } else {
        http_response_code(401);
    }
} catch (Throwable $error) {
    error_log("Not done: {$error->getMessage()}");
}
