"""The invented people whom every registry knows: one coherent population, computed from a seed, never stored."""

from registries_mock.people.application import describe_application
from registries_mock.people.facts import Family, Person
from registries_mock.people.persona import Persona
from registries_mock.people.population import Citizen, Population

__all__ = ["Citizen", "Family", "Person", "Persona", "Population", "describe_application"]
