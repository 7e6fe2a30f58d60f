package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

// verify checks a file of certificates, each followed by its key: that Go reads them, that each key fits, and that
// the second certificate is signed by the first. It prints what they say.
func verify(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var certs []*x509.Certificate
	for len(data) > 0 {
		cert, rest := pem.Decode(data)
		key, after := pem.Decode(rest)
		if cert == nil || key == nil {
			break
		}
		if _, err := tls.X509KeyPair(pem.EncodeToMemory(cert), pem.EncodeToMemory(key)); err != nil {
			return err
		}
		parsed, err := x509.ParseCertificate(cert.Bytes)
		if err != nil {
			return err
		}
		certs = append(certs, parsed)
		fmt.Printf("%q issued by %q, %s to %s, names %v %v, authority %v, usage %b %v, ids %x %x\n", parsed.Subject.CommonName,
			parsed.Issuer.CommonName, parsed.NotBefore, parsed.NotAfter, parsed.DNSNames, parsed.IPAddresses, parsed.IsCA,
			parsed.KeyUsage, parsed.ExtKeyUsage, parsed.SubjectKeyId, parsed.AuthorityKeyId)
		if parsed.Subject.String() == parsed.Issuer.String() {
			if err := parsed.CheckSignature(parsed.SignatureAlgorithm, parsed.RawTBSCertificate, parsed.Signature); err != nil {
				return err
			}
		}
		data = after
	}
	if len(certs) < 2 {
		return fmt.Errorf("there are no certificates in %s", name)
	}
	return certs[1].CheckSignatureFrom(certs[0])
}
