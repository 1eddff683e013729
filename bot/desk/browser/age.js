// The parts of age the desk's pages need: make a key, lock it with a passphrase, open what was sealed to it.
// `make` bundles this into bot/desk/static/vendor/age.js, which git ignores.
export { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
