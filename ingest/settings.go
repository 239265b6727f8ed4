package ingest

import (
	"errors"
	"fmt"
	"net"
	"regexp"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Where the services are when nobody says: their own standard ports on this machine.
const (
	defaultKafka      = "127.0.0.1:9092"
	defaultClickHouse = "127.0.0.1:9000"
)

// KafkaConfig says where Kafka is.
type KafkaConfig struct {
	Brokers    []string `name:"kafka" help:"Kafka brokers, as host:port; one is enough to find the others. Without it: 127.0.0.1:9092, or with up the embedded broker." env:"LAMPLIGHT_KAFKA" placeholder:"HOST:PORT"`
	Prefix     string   `name:"kafka-prefix" help:"Put before every topic and group name, for several Lamplights on one cluster." env:"LAMPLIGHT_KAFKA_PREFIX"`
	Partitions int      `name:"kafka-partitions" help:"Partitions of topics that do not exist yet: the most loaders that can share the work." default:"6" env:"LAMPLIGHT_KAFKA_PARTITIONS"`
}

// prefix is what Kafka allows in the name of a topic, with room for the rest of it.
var prefix = regexp.MustCompile(`^[A-Za-z0-9._-]{0,100}$`)

// Validate returns an error that names the flag of a setting that cannot be.
func (c KafkaConfig) Validate() error {
	_, err := c.cluster()
	return err
}

func (c KafkaConfig) cluster() (bus.Cluster, error) {
	brokers := c.Brokers
	if len(brokers) == 0 {
		brokers = []string{defaultKafka}
	}
	for _, broker := range brokers {
		if err := hostPort("--kafka", broker); err != nil {
			return bus.Cluster{}, err
		}
	}
	if err := between("--kafka-partitions", c.Partitions, 1, 1000); err != nil {
		return bus.Cluster{}, err
	}
	if !prefix.MatchString(c.Prefix) {
		return bus.Cluster{}, fmt.Errorf("--kafka-prefix: %q is not at most 100 of the letters A to Z and a to z, digits, points, dashes and underscores, as in lamplight-test", c.Prefix)
	}
	return bus.Cluster{Brokers: brokers, Prefix: c.Prefix}, nil
}

// ClickHouseConfig says where ClickHouse is.
type ClickHouseConfig struct {
	Address  string `name:"clickhouse" help:"ClickHouse's native protocol, as host:port. Without it: 127.0.0.1:9000, or with up the embedded engine." env:"LAMPLIGHT_CLICKHOUSE" placeholder:"HOST:PORT"`
	Database string `name:"clickhouse-database" help:"Database that holds the tables." default:"lamplight" env:"LAMPLIGHT_CLICKHOUSE_DATABASE"`
	Username string `name:"clickhouse-user" help:"User to log in as." default:"default" env:"LAMPLIGHT_CLICKHOUSE_USER"`
	Password string `name:"clickhouse-password" help:"Its password; better given by the environment." env:"LAMPLIGHT_CLICKHOUSE_PASSWORD"`
	Cluster  string `name:"clickhouse-cluster" help:"Cluster to create replicated tables on; none for one server." env:"LAMPLIGHT_CLICKHOUSE_CLUSTER"`
}

// Options returns the settings as the store takes them, or an error that names the flag.
func (c ClickHouseConfig) Options() (store.Options, error) {
	if c.Database == "" {
		return store.Options{}, errors.New("--clickhouse-database: give a name")
	}
	address := c.Address
	if address == "" {
		address = defaultClickHouse
	}
	return store.Options{
		Address: address, Database: c.Database, Username: c.Username, Password: c.Password, Cluster: c.Cluster,
	}, hostPort("--clickhouse", address)
}

// GeoConfig says which files locate addresses.
type GeoConfig struct {
	Country string `name:"geo-country" help:"MaxMind-format file of countries, such as lamplight geo build makes. Without it, networks are as probes declare them." env:"LAMPLIGHT_GEO_COUNTRY" type:"path" placeholder:"FILE"`
	ASN     string `name:"geo-asn" help:"MaxMind-format file of AS numbers and names." env:"LAMPLIGHT_GEO_ASN" type:"path" placeholder:"FILE"`
}

// Validate opens the files once, and returns an error that names the flags when they cannot be used.
func (c GeoConfig) Validate() error {
	db, err := c.open()
	if err != nil {
		return err
	}
	return db.Close()
}

func (c GeoConfig) open() (*geo.DB, error) {
	db, err := geo.Open(c.Country, c.ASN)
	if err != nil {
		return nil, fmt.Errorf("--geo-country, --geo-asn: %w", err)
	}
	return db, nil
}

func hostPort(flag, value string) error {
	if _, port, err := net.SplitHostPort(value); err != nil || port == "" {
		return fmt.Errorf("%s: %q is not an address like 127.0.0.1:9000", flag, value)
	}
	return nil
}

func between(flag string, value, least, most int) error {
	if value < least || value > most {
		return fmt.Errorf("%s: %d is not between %d and %d", flag, value, least, most)
	}
	return nil
}
