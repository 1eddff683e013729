// What the desk's pages need of the age format: make a key, wrap it with a passphrase, open what was sealed to it.
// `make` bundles this into bot/desk/static/vendor/age.js, which git ignores.
export { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
