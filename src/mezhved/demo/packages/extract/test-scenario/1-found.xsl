<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/extract/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:ExtractRequest">
    <t:ExtractResponse>
      <t:Name>Тестовый фонд</t:Name>
      <t:ShortName>ТФ</t:ShortName>
      <t:Ogrn>1029900000020</t:Ogrn>
      <t:Inn>9900000024</t:Inn>
      <t:Kpp>990001001</t:Kpp>
      <t:RegistrationDate>2002-09-12</t:RegistrationDate>
      <t:State>ACTIVE</t:State>
      <t:Address>
        <t:Region>99</t:Region>
        <t:City>город Примерск</t:City>
        <t:Street>улица Образцовая</t:Street>
        <t:House>1</t:House>
      </t:Address>
      <t:Official>
        <t:FamilyName>Начальников</t:FamilyName>
        <t:FirstName>Пример</t:FirstName>
        <t:Position>Управляющий</t:Position>
        <t:Since>2020-01-15</t:Since>
      </t:Official>
      <t:Founder>
        <t:Organisation>
          <t:Name>Администрация города Примерска (тестовая)</t:Name>
          <t:Ogrn>1029900000019</t:Ogrn>
        </t:Organisation>
        <t:Share>75.5</t:Share>
      </t:Founder>
      <t:Founder>
        <t:Person>Учредителев Пример Примерович</t:Person>
        <t:Share>24.5</t:Share>
      </t:Founder>
      <t:Activity Code="65.30" Name="Деятельность негосударственных пенсионных фондов" Main="true"/>
      <t:Activity Code="84.30" Name="Деятельность в области обязательного социального обеспечения"/>
      <t:Record Grn="1029900000020" Date="2002-09-12" Reason="Внесение сведений о создании"/>
      <t:Record Grn="2209900000015" Date="2020-01-15" Reason="Смена управляющего"/>
    </t:ExtractResponse>
  </xsl:template>
</xsl:stylesheet>
