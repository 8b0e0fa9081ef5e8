<?php

/**
 * Makes tokens by the rules of Laravel Sanctum 4 and prints them as JSON:
 *
 *     php test/support/sanctum-vectors.php > test/support/sanctum-vectors.json
 *
 * The rules are those of HasApiTokens::generateTokenString, HasApiTokens::createToken and
 * PersonalAccessToken::findToken. Every run makes other tokens.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function random(int $length): string
{
    $text = '';
    while (strlen($text) < $length) {
        $text .= ALPHABET[random_int(0, strlen(ALPHABET) - 1)];
    }

    return $text;
}

function vector(string $prefix): array
{
    $random = random(40);
    $secret = sprintf('%s%s%s', $prefix, $random, hash('crc32b', $random));

    return ['prefix' => $prefix, 'random' => $random, 'secret' => $secret, 'hash' => hash('sha256', $secret)];
}

/** A checksum that begins with a zero shows whether it is padded. */
function vectorWithLeadingZero(string $prefix): array
{
    do {
        $vector = vector($prefix);
    } while ($vector['secret'][strlen($prefix) + 40] !== '0');

    return $vector;
}

/** What releases before the checksum made. */
function legacyVector(int $length): array
{
    $secret = random($length);

    return ['secret' => $secret, 'hash' => hash('sha256', $secret)];
}

/** @param array<int, array{hash: string}> $table by id */
function findToken(array $table, string $token): ?array
{
    [$id, $secret] = explode('|', $token, 2);
    $row = $table[$id] ?? null;

    return $row !== null && hash_equals($row['hash'], hash('sha256', $secret)) ? $row : null;
}

$tokens = [];
foreach (['', 'acme_', 'A1_b2_'] as $prefix) {
    for ($n = 0; $n < 5; $n++) {
        $tokens[] = vector($prefix);
    }
    $tokens[] = vectorWithLeadingZero($prefix);
}
$legacy = [legacyVector(40), legacyVector(80)];

$table = [...$tokens, ...$legacy];
foreach ($table as $id => $row) {
    if (findToken($table, "$id|{$row['secret']}") !== $row) {
        throw new LogicException("Sanctum would not find token $id.");
    }
}

$json = json_encode(['tokens' => $tokens, 'legacy' => $legacy], JSON_PRETTY_PRINT | JSON_THROW_ON_ERROR);
echo str_replace('    ', '  ', $json), "\n";
